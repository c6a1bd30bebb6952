/** Names of one culture. Every pair of them makes an invented person. */
export interface Culture {
  given: readonly string[];
  family: readonly string[];
  /** How names are written in an e-mail address, where letters alone do not tell. */
  latin?: Readonly<Record<string, string>>;
}

const words = (text: string): string[] => text.trim().split(/\s+/);

/** 汉字 and how they are spoken, for addresses: "王 wang 李 li". */
function spoken(text: string): Record<string, string> {
  const pairs = words(text);
  return Object.fromEntries(
    pairs.flatMap((word, index) => (index % 2 === 0 ? [[word, pairs[index + 1]!]] : [])),
  );
}

const chineseFamily = spoken(`
  王 wang 李 li 张 zhang 刘 liu 陈 chen 杨 yang 黄 huang 赵 zhao 周 zhou 吴 wu 徐 xu 孙 sun 朱 zhu 马 ma 胡 hu 郭 guo
  林 lin 何 he 高 gao 罗 luo 郑 zheng 梁 liang 谢 xie 宋 song 唐 tang 许 xu 邓 deng 韩 han 冯 feng 曹 cao 彭 peng
  欧阳 ouyang 司马 sima 诸葛 zhuge`);
const chineseGiven = spoken(`
  伟 wei 芳 fang 娜 na 敏 min 静 jing 丽 li 强 qiang 磊 lei 军 jun 洋 yang 勇 yong 艳 yan 杰 jie 娟 juan 涛 tao
  明 ming 超 chao 秀英 xiuying 霞 xia 平 ping 刚 gang 桂英 guiying 建国 jianguo 志强 zhiqiang 雪梅 xuemei
  晓东 xiaodong 思远 siyuan 雨桐 yutong 子涵 zihan 浩然 haoran 梓萱 zixuan 一诺 yinuo 俊杰 junjie 文博 wenbo
  海燕 haiyan 玉兰 yulan 国华 guohua 婷婷 tingting`);

export const cultures = {
  english: {
    given:
      words(`Oliver Amelia George Olivia Arthur Isla Noah Ava Harry Grace Jack Lily Charlie Ella Thomas Sophie
      Edward Margaret William Joan Henry Florence Peter Dorothy David Susan Andrew Helen Graham Pauline`),
    family:
      words(`Smith Jones Taylor Brown Wilson Evans Walker Wright Robinson Thompson White Hughes Edwards Green
      Hall Wood Harris Clarke Ward Turner Baker Carter Fletcher Ashworth Pemberton O'Neill`),
  },
  scottishIrish: {
    given: words(
      `Aoife Ciarán Niamh Seán Orla Fionn Eilidh Callum Mairi Hamish Siobhán Declan Róisín Ewan Bridget`,
    ),
    family:
      words(`Murphy Kelly O'Brien Byrne Ryan Walsh McCarthy Campbell Stewart MacDonald Fraser Doyle Gallagher
      Ferguson Sinclair`),
  },
  spanish: {
    given: words(
      `Ana Mateo Lucía Diego Carmen Javier María José Elena Alejandro Sofía Pablo Inés Andrés Pilar Camila`,
    ),
    family:
      words(`García Martínez López Hernández González Pérez Rodríguez Sánchez Ramírez Torres Vázquez Núñez
      Castillo Ibáñez Peña`),
  },
  indian: {
    given:
      words(`Priya Arjun Ananya Rohan Kavita Vikram Meera Sanjay Lakshmi Aditya Deepa Rahul Sunita Imran Fatima
      Harpreet Gurdeep Nandini`),
    family: words(
      `Sharma Patel Singh Kumar Gupta Reddy Nair Iyer Khan Desai Mehta Chatterjee Kaur Joshi Rao Banerjee`,
    ),
  },
  african: {
    given: words(
      `Chinedu Amara Kwame Zainab Thabo Nia Oluwaseun Adaeze Kofi Wanjiru Tendai Makena Babatunde Ngozi`,
    ),
    family: words(
      `Okafor Mensah Adeyemi Nkosi Mwangi Abubakar Dlamini Osei Balogun Kamau Diallo Eze Moyo Asante`,
    ),
  },
  arabic: {
    given: words(`Layla Omar Yasmin Hassan Noor Khalid Mariam Tariq Salma Youssef Huda Karim Amina Samir`),
    family: words(`Haddad Rahman Nasser Mansour Farouk Aziz Khoury Saleh Hussein Bakr Najjar Qasim`),
  },
  slavic: {
    given: words(
      `Zofia Jakub Katarzyna Piotr Olena Dmytro Ivana Marek Agnieszka Tomasz Jelena Nikola Halina Viktor`,
    ),
    family: words(
      `Nowak Kowalska Novák Kovács Horvat Shevchenko Petrov Zieliński Dvořák Jovanović Wójcik Melnyk`,
    ),
  },
  vietnamese: {
    given: words(`Linh Minh Thu Nam Lan Quang Mai Phong Trang Dung Hoa Tuan`),
    family: words(`Nguyen Tran Le Pham Hoang Phan Vu Dang Bui Do Ngo Duong`),
  },
  chinese: {
    given: Object.keys(chineseGiven),
    family: Object.keys(chineseFamily),
    latin: { ...chineseFamily, ...chineseGiven },
  },
  chineseAbroad: {
    given: words(`Wei Mei Jun Ling Hao Xin Ying Kai Fang Lei Jia Ming Yan Bo`),
    family: words(`Chan Wong Lee Cheung Lam Tan Lim Ng Chen Wang Ho Leung Goh Teo`),
  },
} as const satisfies Record<string, Culture>;

export type CultureName = keyof typeof cultures;
