from .models import Model as Model
