# The words of the interface in English.

skip-to-content = Skip to the text
colours = Colours:
colours-system = as the system has them
colours-light = light
colours-dark = dark
main-navigation = Main
home = Home
you-are-here = You are here
contents = On this page
at-a-glance = At a glance
sources = Sources
sources-summary = Everything that this site cites, and how far each source was read.
source = Source
evidence = Evidence
evidence-summary = How much of this site is cited, and what of its sources nothing rests on yet.
full-entry = Full entry
notes = Notes
as-of = as of { $date }
updated = Updated { $date }
reviewed = Checked { $date }
previous = Before this
next = After this
where-next = Where to go next
directory = What is here
page-count = { $count ->
    [one] One page
   *[other] { $count } pages
}
cite-this = Cite this page
cite-dated = “{ $title }”, { $site }, version of { $date }.
cite-undated = “{ $title }”, { $site }.
used-by = Used on these pages
languages = This page in other languages
licence = Content:
site-voice = In this site’s own words
back-to-text = Back to the text
back-to-use = Back to mark { $number }
uses = Cited at
passages-cited = Passages
passages = Passages, and what rests on each
statements = What rests on this source
nothing-rests = Nothing on this site rests on this passage yet.
watch = Take care:
rests-on = { $statements ->
    [one] One statement rests on it
   *[other] { $statements } statements rest on it
}{ $pages ->
    [one] , on one page
   *[other] , on { $pages } pages
}
about-source = About { $source }
voice = Whose voice
how-far-read = How far we read it
use = Use on this site
on-the-web = On the web
on-pages = { $count ->
    [0] no page
    [one] one page
   *[other] { $count } pages
}
read-extent = Read:
read-record = a catalogue page about it
read-excerpt = its first part
read-passage = the whole passage cited
read-whole = all of it
original = Read the original
subject-source = The source that this site derives from
cited-on = { $count ->
    [0] Cited on no page
    [one] Cited on one page
   *[other] Cited on { $count } pages
}
legend = Whose voice a statement is
legend-help = Wherever these words stand beside a statement or a connection, they say whose it is:
page = Page
page-statements = Statements
page-cited = Cited
page-editorial = In the site’s own voice
passage-used = { $used } of { $count } passages are cited.
name-withheld = [name withheld]
alert-note = Note
alert-tip = Tip
alert-important = Important
alert-warning = Warning
alert-caution = Caution
not-found = There is no page at this address
not-found-help = The page may have been renamed. These pages lead everywhere else:
moved = This page has moved
moved-to = It is now at:
yes = Yes
no = No
data = Data
built-with = Built with Expound
from-article = In the article
from-context = Context
map = A map of these pages and how they are related; each box is a link
map-in-words = The same in words
map-part = The picture shows the { $shown } of { $all } pages that have the most relations.
neighbourhood = The pages that this one is related to; each is a link, and each relation is told at a glance
more = and { $count } more
for-reference-managers = For reference managers:
find-a-page = Find a page
kind-of-page = Kind of page
search = Search
search-label = Words to look for
search-narrow = Narrow it down
search-results = Results
search-found = Pages found:
search-near = No page has all of these words. These names come nearest:
search-none = No page has these words, and no name comes near them.
search-more = Show more
search-needs-scripts = Searching needs scripts. This is every page of the site, and every other name of one.
a-to-z = Every page, from A to Z
letters = Letters
digits = 0–9
see = see
