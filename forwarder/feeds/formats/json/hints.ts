/** What can be done about a file that is no whole JSON. */
export const damaged =
  "The file is damaged or of another format: fetch it again, or set format in the feed's entry.";
export const cutShort =
  'The file is cut short or damaged: fetch it again. What was loaded before stays in use.';
