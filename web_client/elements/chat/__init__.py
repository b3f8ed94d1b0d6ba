"""`<pinecall-chat>`: the docked chat box, text first (3-elements)."""
