class Deck:
    def __init__(self):
        self.cards = [Card(1), Card(2)]

    def __iter__(self):
        return DeckIterator(self.cards)

    def __getitem__(self, index):
        return self.cards[index]

    def __len__(self):
        return self.size()

    def size(self):
        return len(self.cards)


class DeckIterator:
    def __init__(self, cards):
        self.cards = list(cards)

    def __iter__(self):
        return self

    def __next__(self):
        if not self.cards:
            raise StopIteration
        return self.cards.pop()


class Card:
    def __init__(self, n):
        self.n = n

    def flip(self):
        return self.turn()

    def turn(self):
        return -self.n


deck = Deck()
for card in deck:
    card.flip()
deck[0].flip()
[card.turn() for card in deck]
first, second = deck
first.flip()
len(deck)
