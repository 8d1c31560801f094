"""The services, the chassis they stand on, and the command line above them."""

__version__ = "0.1.0"
