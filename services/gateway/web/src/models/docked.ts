/** As wide the panel is beside a page, and no phone's screen: by it the panel knows that it does not fill one. */
export const DOCKED_PX = 385;
