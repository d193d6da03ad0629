export interface Clock {
  schedule(work: () => void): Job;
  schedule(work: () => void, delay: number): Job;
}

export class Job {
  stop(): void {}
}

export interface Timer {}
export declare function Timer(): Timer;
export declare function Timer(delay: number): Timer;

abstract class Later {
  abstract run(): void;
  abstract run(delay: number): void;
}

const chain: any = {};
[1].forEach((each) => {
  chain.pipe = (next: number) => pipe(each, next);
});

export function pipe(first: number): number;
export function pipe(first: number, second: number): number;
export function pipe(first: number, second?: number): number {
  return first + (second ?? 0);
}

export function start(clock: Clock, later: Later): void {
  clock.schedule(() => undefined).stop();
  later.run(3);
  Timer(1);
  pipe(1);
}

function finish(this: Job): void {
  this.stop();
}

export const finished = finish.bind(new Job());

export function end(job: Job): void {
  finish.call(job);
}
