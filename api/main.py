"""The ASGI entry of a checkout: ``uvicorn api.main:app``."""

from geo_toolkit_api import create_app

app = create_app()
