from . import configured
from ..models import user
from ..models.user import User as Account
from .. import settings as conf


def index():
    configured()
    conf.load()
    user.find().save()
    Account().save()
