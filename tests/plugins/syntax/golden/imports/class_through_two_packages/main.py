from app import Model

Model().save()
