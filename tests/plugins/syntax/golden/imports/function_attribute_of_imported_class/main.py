import models

models.User.create().save()
