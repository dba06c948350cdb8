"""What stands between a request and the network: one file a concern. settings.py gives the order."""
