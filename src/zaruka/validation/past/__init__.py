"""What a past moment proves: EN 319 102-1 V1.4.1, 5.6.2, one file for each building block."""
