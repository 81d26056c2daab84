"""The routes, one module each: they read the request, call the library, and answer."""
