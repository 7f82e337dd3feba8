"""How content is built: from Markdown and TOML in two languages to notebooks, bank and key file."""
