export class Sink<T> {
  next(value: T): void {}
  done(): void {}
}

export type Operator<T> = (source: Stream<T>, sink: Sink<T>) => void;
export type Loop = Loop | Operator<Token>;

export class Token {
  text(): string {
    return "";
  }
}

export interface Handler {
  receive(token: Token): void;
  fail: (sink: Sink<Token>) => void;
}

export class Stream<T> {
  constructor(private readonly open?: (this: Stream<T>, sink: Sink<T>) => void) {}

  connect(observer: Partial<Handler>, ...more: Handler[]): void {}
  each(visit: (value: T) => void): void {}
}

export function operate<T>(init: Operator<T>): Operator<T> {
  return (source, sink) => {
    init(source, sink);
    sink.done();
    source.each(() => undefined);
  };
}
