"""The services, the chassis they stand on, and the command line above them."""
