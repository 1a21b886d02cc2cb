"""Small consumers of calsync's Kafka topics: each event does one thing elsewhere, once. README.md in the folder above tells the rest."""
