export const settings = {
  load() {
    return 1;
  },
  nested: { reset: () => settings.load() },
};
