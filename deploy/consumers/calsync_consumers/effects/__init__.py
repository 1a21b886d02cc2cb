"""One file for each consumer; the file's name is the name to run it by, and that of its section in the settings."""
