from app.db import Model
