/** What a customer chose: letters on `topic`, or everything marketing, wanted or not. */
export interface PreferenceChange {
  topic: string;
  granted: boolean;
}

/** By which door a choice came in, kept in the consent history. */
export type ChoiceSource = 'one_click' | 'preference_link' | 'portal';

/** A line of the consent history. */
export interface ConsentEvent {
  topic: string;
  granted: boolean;
  source: string;
  byCustomer: boolean;
  at: string;
}
