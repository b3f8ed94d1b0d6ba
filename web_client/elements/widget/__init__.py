"""`<pinecall-widget>`: the floating voice widget, with transcript, languages and tools."""
