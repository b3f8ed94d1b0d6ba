"""`<pinecall-orb>`: the orb alone, click to talk, one live caption (3-elements)."""
