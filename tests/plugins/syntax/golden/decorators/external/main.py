import click

@click.command()
def work():
    pass

work()
