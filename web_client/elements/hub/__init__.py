"""`<pinecall-hub>`: every way to reach the agent, behind one button (3-elements)."""
