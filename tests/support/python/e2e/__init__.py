"""What the end-to-end tests share. They see calsync only as a user does: its programs, HTTP, Kafka."""
