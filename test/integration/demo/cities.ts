import { buildGazetteer, type CityRow, type Gazetteer } from '../../../demo/data.ts'

/** `Name, latitude, longitude, country, region` */
const lines = [
  'Paris,48.85341,2.3488,FR,11',
  'Lyon,45.74846,4.84671,FR,84',
  'Villeurbanne,45.76601,4.8795,FR,84',
  "L'Haÿ-les-Roses,48.78333,2.33333,FR,11",
  'Saint-Denis,48.93564,2.35387,FR,11',
  'Paris,33.66094,-95.55551,US,TX',
  'New Paris,41.50032,-85.82804,US,IN',
  'Comparis,10,10,US,TX',
  'São José,-27.6136,-48.62734,BR,26',
  'San José do Rio,-20.8,-49.4,BR,27',
  'Łódź,51.75,19.46667,PL,74',
  'Suva,-18.14161,178.44149,FJ,01',
  'Labasa,-16.4332,179.36451,FJ,03',
  'Waiyevo,-16.7887,-179.9917,FJ,03',
]

export const cityRows: readonly CityRow[] = lines.map((line) => {
  const [name, lat, lng, country, admin1] = line.split(',') as [string, string, string, string, string]
  return { name, lat, lng, country, admin1 }
})

export function sampleGazetteer(): Gazetteer {
  return buildGazetteer(cityRows, new Map([['FR.84', 'Auvergne-Rhône-Alpes']]), 'sample')
}
