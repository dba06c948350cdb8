"""What is kept, and how it is read back: schema, captures, revisions, search, export, the Datasette site."""
