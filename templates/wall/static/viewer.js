// The viewer: PhotoSwipe with the name, the live counter, the caption and the history that it lacks.
'use strict';
(() => {
  const gallery = window.gallery;

  // as text: PhotoSwipe reads numbers out of it
  const size = (image) => ({ width: image.getAttribute('width'), height: image.getAttribute('height') });

  const item = (link) => {
    const thumb = link.querySelector('img');
    // empty until the browser has come near
    const taken = thumb.currentSrc;
    const small = taken || thumb.src;
    const { full } = link.dataset;
    // A browser that took the JPEG cannot read the AVIF, and only the small copy exists as JPEG.
    const readable = full && !(taken.endsWith('.jpg') && full.endsWith('.avif'));
    const data = { element: link, alt: thumb.alt, lang: thumb.lang, msrc: small, thumbCropped: true };
    if (readable) {
      const [width, height] = link.dataset.size.split('x');
      return { ...data, src: gallery.absolute(full), width, height };
    }
    const { width, height } = size(thumb);
    return { ...data, src: small, width: Math.round((1000 * width) / height), height: 1000, veiled: !full };
  };

  const neighbours = (link) => {
    const pages = link.closest(document.querySelector('.more') ? 'main' : '.g');
    return [...pages.querySelectorAll('.t')].filter((each) => gallery.viewable(each) && !each.closest('[hidden]'));
  };

  // Where the address in the bar is this one already, following it would only move to its fragment.
  const enter = (url) => {
    if (gallery.bare(url) === gallery.bare(location.href)) location.reload();
    else location.assign(url);
  };

  // The sharp copy of a sensitive picture is named only on its work page.
  const reveal = async (pswp) => {
    const { currIndex, currSlide: { data } } = pswp;
    const url = data.element.href;
    const page = await gallery.page(url).catch(() => null);
    const image = page?.querySelector('.reveal picture img, .reveal > img');
    if (!image) {
      // whoever has gone on meanwhile is not thrown to a picture that they left
      if (gallery.leave && pswp.currIndex === currIndex) enter(url);
      return;
    }
    const [largest] = (image.parentElement.querySelector('source') || image).srcset.split(', ').pop().split(' ');
    // the small open copy in place of the veil: it is what is shown where the large one cannot be
    Object.assign(data, {
      src: gallery.absolute(largest, url), msrc: gallery.absolute(image.getAttribute('src'), url),
      ...size(image), alt: image.alt, lang: image.lang, veiled: false,
    });
    pswp.refreshSlideContent(currIndex);
  };

  const veil = (pswp) => {
    const button = gallery.make('button', { type: 'button', class: 'btn' }, gallery.say('show'));
    const ask = () => reveal(pswp);
    button.onclick = ask;
    const box = gallery.alwaysBox(ask);
    const { warning } = pswp.currSlide.data.element.dataset;
    const said = warning ? gallery.make('bdi', {}, warning) : '';
    const words = gallery.make('div', {}, gallery.say('sensitive'), said, button, box);
    return gallery.make('div', { class: 'viewer-veil' }, words);
  };

  const caption = (link) => {
    const copy = link.closest('li').querySelector('p').cloneNode(true);
    const artist = document.querySelector('main h1');
    if (artist && !copy.querySelector('.by')) {
      const { lang } = artist.closest('[lang]');
      copy.prepend(gallery.make('bdi', { class: 'by', lang }, artist.textContent));
    }
    const hint = link.querySelector('.hint');
    if (hint) copy.append(hint.cloneNode(true));
    const details = gallery.make('a', { href: link.href, class: 'details' }, gallery.say('details'));
    details.onclick = (event) => {
      if (!gallery.plain(event)) return;
      event.preventDefault();
      enter(link.href);
    };
    copy.append(details);
    return copy;
  };

  gallery.open = (start, push = true) => {
    if (gallery.leave) return;
    const links = neighbours(start);
    // PhotoSwipe's row runs from the left: read from the right, its last picture is the first
    const [onLeft, onRight] = gallery.sides();
    const rtl = onLeft === 'next';
    if (rtl) links.reverse();
    // what stands below the picture, of one line or of several
    let label = null;
    const pswp = new window.PhotoSwipe({
      dataSource: links.map(item),
      index: links.indexOf(start),
      loop: false,
      returnFocus: false,
      wheelToZoom: true,
      // small copies can be looked at closely, too
      secondaryZoomLevel: (level) => Math.max(1, level.fit * 2),
      bgOpacity: 1,
      mainClass: 'viewer',
      // what would reach as far as the buttons above or the arrows beside it makes room for them
      paddingFn: ({ x, y }, { width, height }) => {
        const side = matchMedia('(hover)').matches && links[1] ? 48 : 0;
        const top = (width / height) * (y - 88) > x - 212 ? 52 : 16;
        return { top, bottom: Math.max(72, label?.offsetHeight || 0), left: side, right: side };
      },
      closeTitle: gallery.say('close'),
      zoomTitle: gallery.say('zoom'),
      arrowPrevTitle: gallery.say(onLeft),
      arrowNextTitle: gallery.say(onRight),
      errorMsg: gallery.say('error'),
    });
    const live = gallery.make('p', { class: 'vh', 'aria-live': 'polite' });
    let timer = 0;

    pswp.on('uiRegister', () => pswp.ui.registerElement({
      // after the counter, which knows nothing of pages that run from right to left
      name: 'caption', order: 9, className: 'viewer-caption', appendTo: 'root',
      onInit: (element) => pswp.on('change', () => {
        const { data, data: { element: link, alt, lang } } = pswp.currSlide;
        label = element;
        element.replaceChildren(data.veiled ? veil(pswp) : '', caption(link));
        pswp.updateSize(true);
        if (data.veiled && gallery.always()) reveal(pswp);
        // The list follows behind the curtain, so that closing lands where the visitor is now.
        link.scrollIntoView({ block: 'nearest', behavior: 'instant' });
        const total = links.length;
        const n = rtl ? total - pswp.currIndex : pswp.currIndex + 1;
        pswp.element.querySelector('.pswp__counter').textContent = `${n} / ${total}`;
        live.replaceChildren(`${gallery.say('counter', { n, total })}: `, gallery.make('span', lang && { lang }, alt));
        clearTimeout(timer);
        // Browsers refuse more than a hundred moves in half a minute; held arrow keys make more.
        if (pswp.opener.isOpen) timer = setTimeout(() => {
          gallery.history('replaceState', { viewer: true }, link.href);
          // what was focused is gone or can be pressed no more; the dialog keeps the keyboard
          if (!pswp.element.contains(document.activeElement)) pswp.element.focus({ preventScroll: true });
        }, 120);
      }),
    }));
    pswp.on('openingAnimationEnd', () => pswp.element.ariaBusy = false);
    pswp.on('contentAppend', ({ content: { element, data } }) => {
      if (data.lang) element.lang = data.lang;
    });
    pswp.on('loadError', ({ content: { data, index } }) => {
      if (data.src === data.msrc) return;
      data.src = data.msrc;
      pswp.refreshSlideContent(index);
    });
    pswp.on('keydown', ({ originalEvent: key }) => {
      // a zoomed picture goes as far as its edge before the next one comes
      const { pan, bounds } = pswp.currSlide;
      pswp.options.arrowKeys = pan.x === bounds[key.key === 'ArrowLeft' ? 'min' : 'max'].x;
      if (key.key.toLowerCase() === 'o' && gallery.plain(key)) pswp.element.querySelector('.viewer-caption .post')?.click();
    });
    pswp.on('close', () => {
      clearTimeout(timer);
      // not where the visitor went back: the address is the list's already
      if (history.state?.viewer) history.back();
    });
    pswp.on('destroy', () => {
      gallery.leave = null;
      links[pswp.currIndex].focus({ preventScroll: true });
    });

    gallery.leave = () => {
      if (pswp.opener.isOpen) pswp.close();
      // PhotoSwipe ignores close() while it opens
      else pswp.on('openingAnimationEnd', () => pswp.close());
    };
    if (push && gallery.onWeb) {
      gallery.mark();
      history.scrollRestoration = 'manual';
      gallery.history('pushState', { viewer: true }, start.href);
    }
    pswp.init();
    // its neighbours come when it is open; until then no button can be pressed, for a turn would end at nothing
    pswp.element.ariaBusy = !pswp.opener.isOpen;
    pswp.element.setAttribute('aria-modal', 'true');
    pswp.element.setAttribute('aria-label', gallery.say('viewer'));
    pswp.element.append(live);
  };
})();
