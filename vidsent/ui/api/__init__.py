"""The public endpoints: over HTTP, through gradio_client and as tools of agents (MCP)."""
