"""`<pinecall-modal>`: a call as a dialog above the page (3-elements)."""
