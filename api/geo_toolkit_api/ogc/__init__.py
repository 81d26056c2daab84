"""OGC API - Features over the layers of a workspace: CRS, filters, pages of items, HTML."""
