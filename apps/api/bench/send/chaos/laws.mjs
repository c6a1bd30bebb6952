/**
 * What must be true after any run, whatever broke on the way: the sink's record against the ledger.
 *
 * @param rows the whole ledger
 * @param taken what the sink has taken
 * @param expected how many rows the book and the campaigns make
 * @param mostInDoubt how many messages may have been under way when something broke
 * @param account what `reconcile` says
 */
export function judge({ rows, taken, expected, mostInDoubt, account }) {
  const arrivals = Map.groupBy(
    taken.flatMap((message) => message.deliveryIds.map((id) => ({ ...message, id }))),
    ({ id }) => id,
  );
  const problems = [];
  const found = { lost: 0, doubledMarketing: 0, doubledUntold: 0, twice: 0, inDoubt: 0 };
  const tell = (kind, row, words) => {
    found[kind] += 1;
    problems.push(
      `${kind}: ${row.class} row of ${row.customer_id} is ${row.state} (${row.reason}): ${words}`,
    );
  };
  found.lost += Math.max(0, expected - rows.length);
  if (rows.length !== expected) problems.push(`${rows.length} rows were planned, not ${expected}`);
  for (const row of rows) {
    const got = arrivals.get(row.delivery_id) ?? [];
    arrivals.delete(row.delivery_id);
    if (['planned', 'sending'].includes(row.state)) tell('lost', row, 'it has not ended');
    else if (row.state === 'sent' && got.length === 0) tell('lost', row, 'nothing arrived');
    else if (!['sent', 'in_doubt'].includes(row.state))
      tell('lost', row, 'nothing but accidents should keep a message from going');
    if (got.some(({ to }) => to !== row.recipient))
      problems.push(`a message for ${row.recipient} went to somebody else`);
    if (got.length < 2) continue;
    if (row.class === 'marketing') tell('doubledMarketing', row, `${got.length} messages arrived`);
    else if (got.length > 2 || row.state !== 'in_doubt')
      tell('doubledUntold', row, `${got.length} messages arrived`);
    else if (new Set(got.map(({ messageId }) => messageId)).size > 1)
      tell('doubledUntold', row, 'with two Message-IDs');
    else found.twice += 1;
  }
  for (const id of arrivals.keys()) problems.push(`a message arrived that no row knows: ${id}`);
  found.inDoubt = new Set(rows.filter(({ state }) => state === 'in_doubt').map((row) => row.message_id)).size;
  if (found.inDoubt > mostInDoubt)
    problems.push(`${found.inDoubt} messages are in doubt, and at most ${mostInDoubt} can be`);
  if (!account.balanced || account.open > 0 || account.planned !== rows.length) {
    problems.push(`the ledger does not balance: ${JSON.stringify(account)}`);
  }
  return { ...found, problems };
}
