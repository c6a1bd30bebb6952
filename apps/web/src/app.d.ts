declare global {
  namespace App {
    interface PageState {
      /** Cursors of the pages before this one, so that "Previous" works in a list that only knows "next". */
      trail?: string[];
    }
  }
}

export {};
