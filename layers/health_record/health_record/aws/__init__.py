"""AWS as the functions use it: clients, DynamoDB, encryption, keyed hashes, rate limits, text messages."""
