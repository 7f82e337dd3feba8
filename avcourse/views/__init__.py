"""What people see: forms, pages, charts."""
