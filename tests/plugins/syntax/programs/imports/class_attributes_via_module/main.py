import models.user
import models.order as order

user = models.user.User.objects.create()
user.greet()
order.Order.objects.create().total()
