"""What limits fraud: spending of messages, proof of work."""
