/** What is accepted before anything else, in lines that fit a terminal of 80 columns. */
export const licenceNotice = `threat-forwarder is open-source software under the Apache License,
Version 2.0: you may use, change and pass it on, free of charge.
It comes AS IS, WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND; nobody
is liable for damage from its use. The whole text is in the file
LICENSE of this package.

Feeds are not part of it. Kaspersky's Threat Data Feeds, its demo
feeds and its certificates are used under Kaspersky's own terms,
which you accept with Kaspersky; feeds of others under theirs.`;

export const licenceQuestion = 'Do you accept this?';
