export function chaos(given: {
  runs: number;
  seed: number;
  messages: number;
  lanes: number;
  tell?: (result: unknown) => void;
}): Promise<{
  runs: number;
  passed: number;
  lost: number;
  doubledMarketing: number;
  doubledUntold: number;
  failures: { seed: number; problems: string[] }[];
}>;
