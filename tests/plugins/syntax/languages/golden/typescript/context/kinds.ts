export interface Kind<T, D = unknown> {
  init(each: T, options: D): void;
}

export function Kind<T, D = unknown>(name: string, setup: (each: T, options: D) => void): Kind<T, D> {
  return { init: setup };
}

export type Reader = <T extends Kind<string>>(kind: T, text: string) => T;

export function pick<T>(choose: (from: T) => void): void {}

export function make() {
  return {
    run: (text: string) => text.trim(),
  } as const;
}

export interface Step<T, R> {
  (input: T): R;
}

export interface Same<T> extends Step<Kind<T>, Kind<T>> {}
