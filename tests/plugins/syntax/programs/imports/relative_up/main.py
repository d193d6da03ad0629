from app.web.views import index

index()
