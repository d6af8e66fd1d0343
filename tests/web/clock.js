/** A clock that tests turn by hand. */
export function handClock() {
  let time = 0;
  let id = 0;
  /** @type {Map<number, { at: number, run: () => void }>} */
  const timers = new Map();

  async function settle() {
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  }

  return {
    now: () => time,
    setTimeout(run, ms) {
      timers.set(++id, { at: time + ms, run });
      return id;
    },
    clearTimeout: (timer) => void timers.delete(timer),
    /** Lets `ms` pass, running what falls due on the way. */
    async pass(ms) {
      const end = time + ms;
      await settle();
      for (;;) {
        const due = [...timers].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at)[0];
        if (due === undefined) break;
        timers.delete(due[0]);
        time = Math.max(time, due[1].at);
        due[1].run();
        await settle();
      }
      time = end;
    },
  };
}
