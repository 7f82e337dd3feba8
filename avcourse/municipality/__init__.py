"""What it means at home: the municipality's own facts."""
