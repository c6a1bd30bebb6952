/** What has happened to a customer that stops some or all contact, as SQL conditions. */
export interface DoNotContact {
  deathReported: string;
  isVulnerable: string;
  inLitigation: string;
  inTouchWithStaff: string;
}

/**
 * The states that events leave a customer in. One that began and ended at the same moment has not ended: in doubt
 * nobody is written to.
 *
 * @param customerId the customer's id, as SQL
 */
export function doNotContact(customerId: string): DoNotContact {
  const ofCustomer = (event: string, type: string) =>
    `${event}.customer_id = ${customerId} AND ${event}.type = '${type}'`;
  const since = (begun: string, ended: string) =>
    `EXISTS (SELECT FROM customer_events begun WHERE ${ofCustomer('begun', begun)}
       AND NOT EXISTS (SELECT FROM customer_events ended WHERE ${ofCustomer('ended', ended)} AND ended.at > begun.at))`;
  return {
    deathReported: `EXISTS (SELECT FROM customer_events death WHERE ${ofCustomer('death', 'death_reported')})`,
    isVulnerable: since('vulnerability_flagged', 'vulnerability_cleared'),
    inLitigation: since('litigation_opened', 'litigation_closed'),
    inTouchWithStaff: `EXISTS (SELECT FROM staff_tasks task WHERE task.customer_id = ${customerId} AND task.state = 'open')`,
  };
}
