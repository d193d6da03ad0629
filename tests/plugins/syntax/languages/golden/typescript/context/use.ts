import { Handler, Loop, operate, Operator, Sink, Stream, Token } from "./stream";

const stream = new Stream<Token>((sink) => {
  sink.done();
});

export const first = operate<Token>((source, sink) => {
  source.connect({
    receive(token) {
      token.text();
    },
    fail: (each) => each.done(),
  });
  sink.done();
});

export const handler: Handler = {
  receive: (token) => token.text(),
  fail(sink) {
    sink.next(new Token());
  },
};

class Quiet {
  operator: Operator<Token> = (source, sink) => sink.done();
}

export function visit(sinks: Sink<Token>[]): number {
  stream.each((token) => token.text());
  stream.connect(handler, { receive: (other) => other.text() });
  return sinks.reduce((count, sink) => {
    sink.done();
    return count.value();
  }, 0);
}

export const looping: Loop = (source, sink) => sink.done();

function shadow(stream: (run: (token: Token) => void) => void): void {
  stream((stream) => stream.text());
}
