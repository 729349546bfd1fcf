"""What a page costs, measured on PostgreSQL: `make bench`. No part of the application."""
