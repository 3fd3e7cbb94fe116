/** The machine's clock, in the shape that pure code takes it. */
export const systemClock = {
  now: (): number => performance.now(),
  today: (): string => new Date().toISOString().slice(0, 10),
};
