"""The basic building blocks of EN 319 102-1 V1.4.1, 5.2: one file each. Facts in, results out."""
