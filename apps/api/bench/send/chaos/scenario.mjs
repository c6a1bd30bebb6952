/** Where in a conversation a mail server fails: `dot` is after the message's end and before its answer. */
export const stages = ['greeting', 'EHLO', 'MAIL', 'RCPT', 'DATA', 'middle', 'dot', 'reply'];

const storms = [
  '451 4.7.1 try again later',
  '450 4.2.1 mailbox is busy',
  '452 4.3.1 no room just now',
  '421 4.3.2 closing for a while',
];

/** A small seeded generator of numbers in [0, 1). */
export function generator(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * What is to happen in a run, all of it from its seed: who takes part, and what breaks once how many messages have
 * arrived. What the processes make of it in which order is theirs, and differs from one time to the next.
 */
export function scenarioOf(seed, messages) {
  const next = generator(seed);
  const below = (most) => Math.floor(next() * most);
  const from = (least, most) => least + below(most - least + 1);
  const one = (list) => list[below(list.length)];
  const workers = from(2, 3);
  const schedulers = from(1, 2);
  const each = {
    kill: () => ({ kind: 'kill', role: next() < 0.75 ? 'worker' : 'scheduler', who: below(6) }),
    stop: () => ({ kind: 'stop', who: below(6) }),
    database: () => ({ kind: 'database', how: one(['fast', 'immediate', 'crash']) }),
    drop: () => ({ kind: 'drop', stage: one(stages), count: from(1, 6) }),
    // A server that lost its connection may have kept the message that it had taken, or not.
    forget: () => ({ kind: 'forget', stage: 'dot', count: from(1, 3) }),
    hang: () => ({
      kind: 'hang',
      stage: one(stages.filter((stage) => stage !== 'reply')),
      count: from(1, 2),
    }),
    slow: () => ({ kind: 'slow', stage: one(['RCPT', 'dot']), count: from(2, 10), ms: from(100, 800) }),
    storm: () => ({
      kind: 'storm',
      stage: one(['MAIL', 'RCPT', 'DATA', 'dot']),
      reply: one(storms),
      count: from(5, 40),
    }),
    down: () => ({ kind: 'down', ms: from(200, 1500) }),
  };
  const certain = ['kill', 'kill', 'database', 'drop', 'drop', 'storm', 'hang'];
  const more = Array.from({ length: from(2, 6) }, () => one(Object.keys(each)));
  const breaks = [...certain, ...more].map((kind) => ({
    at: Math.floor(next() * messages * 0.9),
    ...each[kind](),
  }));
  return {
    seed,
    workers,
    schedulers,
    connections: from(2, 5),
    answerMs: from(3, 25),
    breaks: breaks.sort((a, b) => a.at - b.at),
  };
}
