class P:
    def rank(self):
        return 1

ps = [P(), P()]
ps.sort(key=lambda p: p.rank())
sorted(ps, key=lambda p: p.rank())
