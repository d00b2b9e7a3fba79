"""Text messages: what is sent, over which channel, and what is known of it afterwards."""
