/**
 * An icon.
 */
export function Icon() {}

const format = (text) => text;
const queue = [];

export function* generate() {
  yield* queue;
}

export { format };

queue.push(1);
format('x');
