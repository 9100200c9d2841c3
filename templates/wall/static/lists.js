// Lists that change in place: another tab or order, and "load more". There is no second template: every picture comes
// from the page that a plain link would have opened.
'use strict';
(() => {
  const gallery = window.gallery;
  const { absolute, bare } = gallery;

  const rebase = (root, from) => {
    for (const name of ['href', 'src', 'data-full']) {
      for (const element of root.querySelectorAll(`[${name}]`)) {
        element.setAttribute(name, absolute(element.getAttribute(name), from));
      }
    }
    for (const source of root.querySelectorAll('[srcset]')) {
      const candidates = source.getAttribute('srcset').split(/,\s+/).map((candidate) => {
        const [path, ...width] = candidate.trim().split(/\s+/);
        return [absolute(path, from), ...width].join(' ');
      });
      source.setAttribute('srcset', candidates.join(', '));
    }
    return root;
  };

  // The page under an address, if the visitor has not moved on meanwhile.
  const asked = async (url, mine) => {
    try {
      const page = await gallery.page(url);
      return mine === gallery.turn ? page : null;
    } catch {
      if (mine === gallery.turn) location.assign(url);
      return null;
    }
  };

  // --- tabs and sort: the next page's body in place of this one -----------------------------------------------------

  // Says whether it was still wanted.
  gallery.show = async (url, push, mine) => {
    document.querySelector('main').setAttribute('aria-busy', 'true');
    const next = await asked(url, mine);
    if (!next) return false;
    const sorting = document.activeElement?.closest('.sort');
    const change = () => {
      if (mine !== gallery.turn) return;
      const icon = document.querySelector('link[rel=icon]');
      // the one address in the head that browsers read again
      icon.href = icon.href;
      gallery.shown = bare(url);
      if (push) {
        gallery.mark();
        gallery.history('pushState', {}, url);
      }
      gallery.pin(gallery.shown);
      document.title = next.title;
      document.documentElement.lang = next.documentElement.lang;
      document.body.replaceWith(document.adoptNode(next.body));
      const tabs = document.querySelector('.tabs');
      if (push && tabs) scrollTo(0, Math.min(scrollY, tabs.getBoundingClientRect().top + scrollY));
      const tab = document.querySelector('.tabs [aria-current]');
      // the strip may be longer than the screen is wide
      if (tab) tabs.scrollLeft = tab.offsetLeft - tabs.offsetLeft + (tab.offsetWidth - tabs.offsetWidth) / 2;
      (sorting ? document.querySelector('.sort [aria-current]') : tab)?.focus({ preventScroll: true });
      gallery.ready();
    };
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    if (document.startViewTransition && !still) await document.startViewTransition(change).updateCallbackDone;
    else change();
    return mine === gallery.turn;
  };

  // --- load more ----------------------------------------------------------------------------------------------------

  const list = (root = document) => root.querySelector('main > .g');
  const nextOf = (root) => root.querySelector('.pg [rel=next]');

  const section = (page, url, height) => {
    const part = gallery.make('section', { class: 'more', 'aria-label': page.title }, list(page));
    part.firstChild.removeAttribute('id');
    part.style.containIntrinsicBlockSize = `auto ${height}px`;
    return rebase(document.adoptNode(part), url);
  };

  gallery.more = async (button, mine) => {
    const url = button.dataset.next;
    button.textContent = gallery.say('loading');
    const page = await asked(url, mine);
    const pager = button.closest('.pg');
    // hidden: a filter was answered meanwhile
    if (!page || pager.hidden) {
      button.textContent = gallery.say('more');
      return;
    }
    const height = (pager.previousElementSibling || list()).offsetHeight;
    const after = rebase(document.adoptNode(page.querySelector('.pg')), url);
    const part = section(page, url, height);
    after.querySelector('[rel=prev]')?.remove();
    after.prepend(...pager.querySelectorAll('[rel=prev]'));
    pager.before(part);
    pager.replaceWith(after);
    gallery.history('replaceState', { ...history.state, first: history.state?.first || gallery.shown }, url);
    gallery.shown = bare(url);
    gallery.ready();
    part.querySelector('.t')?.focus({ preventScroll: true });
  };

  // After Back (or reload) to an address that "load more" had reached: put the earlier pages above again.
  gallery.restore = async ({ first = gallery.shown, y }, mine = gallery.turn) => {
    const here = gallery.shown;
    const parts = [];
    let url = first;
    for (let count = 0; mine === gallery.turn && url && bare(url) !== here && count < 100; count += 1) {
      const page = await gallery.page(url);
      const following = nextOf(page)?.getAttribute('href');
      parts.push(section(page, url, list().offsetHeight));
      url = following && absolute(following, url);
    }
    if (mine !== gallery.turn) return;
    // What is not laid out has a guessed height only, and no place in it can be found.
    const layOut = (visibility) => {
      for (const part of parts) part.style.contentVisibility = visibility;
    };
    layOut('visible');
    // or the place would move along with what comes above it
    const root = document.documentElement;
    root.style.overflowAnchor = 'none';
    // all or none: no link leads to the pages of a gap
    list().before(...parts);
    if (bare(first) !== here) for (const link of document.querySelectorAll('.pg [rel=prev]')) link.remove();
    scrollTo(0, y || 0);
    requestAnimationFrame(() => requestAnimationFrame(() => {
      layOut('');
      root.style.overflowAnchor = '';
    }));
  };
})();
